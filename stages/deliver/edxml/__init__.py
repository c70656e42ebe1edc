"""edXML: the exchange of documents between state bodies (QCVN 102:2016/BTTTT, SĐ1:2022)."""
