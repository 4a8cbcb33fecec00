"""What lies on the disk, and what each table of it says: a folder in; images, tables, names and parts out."""
