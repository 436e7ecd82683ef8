namespace MetaStore.LoadGen.Http2.Hpack;

/// <summary>What a call needs to know of a header block.</summary>
/// <param name="HttpStatus">0 when the block has none (trailers).</param>
/// <param name="GrpcStatus">-1 when the block has none (leading headers).</param>
/// <param name="GrpcMessage">Still percent-encoded.</param>
internal sealed record ResponseHeaders(int HttpStatus, int GrpcStatus, string? GrpcMessage);
