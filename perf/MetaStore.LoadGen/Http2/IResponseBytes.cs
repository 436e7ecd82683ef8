namespace MetaStore.LoadGen.Http2;

/// <summary>Receives the bytes of one call's response; always on the thread that runs the connection.</summary>
internal interface IResponseBytes
{
    /// <summary>The next bytes of the body, split anywhere; valid until it returns.</summary>
    void OnBytes(ReadOnlySpan<byte> bytes);
}
