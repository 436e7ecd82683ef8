namespace MetaStore.Engines.StateFiles;

/// <summary>Receives files one after the other. They are valid only when the reader has reached its end.</summary>
internal interface IStateFilesTarget
{
    /// <summary>The next file; its name is valid for the engine and unique.</summary>
    void Begin(string name);

    /// <summary>The next bytes of it; valid during the call only.</summary>
    void Write(ReadOnlySpan<byte> piece);

    /// <summary>All of its bytes came, and their checksum is right.</summary>
    void End();
}
