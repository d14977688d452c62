"""What `gis-grid check` is made of: files in, and the judgement as JSON, terminal text or one HTML file."""
