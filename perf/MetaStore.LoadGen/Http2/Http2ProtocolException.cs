namespace MetaStore.LoadGen.Http2;

/// <summary>The server broke the rules of HTTP/2; its connection is closed and counted as lost.</summary>
internal sealed class Http2ProtocolException(string message) : Exception(message);
