"""Fields of Nghị định 30/2020 with confidence and evidence."""
