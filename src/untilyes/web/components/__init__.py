"""What pages are built from: each component is a frozen dataclass with its template, shown in the gallery."""
