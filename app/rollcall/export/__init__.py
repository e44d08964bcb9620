"""The lecture as a folder of plain files, which any web host serves and any browser opens."""
