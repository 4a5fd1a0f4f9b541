"""What BI tools read: labelled views, dimensions with keys, the data dictionary, and who may read them."""
