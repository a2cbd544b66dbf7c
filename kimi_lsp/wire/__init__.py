"""An LSP transport to rely on, under pygls: pipe, lifecycle, cancellation, documents."""
