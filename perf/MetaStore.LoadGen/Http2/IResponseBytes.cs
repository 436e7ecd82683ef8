namespace MetaStore.LoadGen.Http2;

/// <summary>Takes the bytes of one call's response; always on the thread that runs the connection.</summary>
internal interface IResponseBytes
{
    /// <summary>The next bytes of the body, cut anywhere; valid until it returns.</summary>
    void OnBytes(ReadOnlySpan<byte> bytes);
}
