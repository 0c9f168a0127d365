"""What pages and messages say in other languages than English: catalogues and ways of writing."""
