"""An app at the end of a bad line: read there, kept, sent when the line allows."""
