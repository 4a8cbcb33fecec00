"""Lists or a manifest in; findings, their document and page out."""
