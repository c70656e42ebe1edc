"""Where pictures of pages come from: PDF, TIFF, JPEG, PNG and folders of them."""
