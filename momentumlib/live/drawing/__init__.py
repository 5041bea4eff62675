"""What draws in a page: JavaScript alone, which `frame.figure.script` puts into the figures."""
