"""An LSP transport to rely on, under pygls: the pipe, the lifecycle, cancellation, the documents."""
