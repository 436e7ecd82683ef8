namespace MetaStore.Engines.StateFiles;

/// <summary>Takes files one after the other. What it was given counts only when the reader has come to its end.</summary>
internal interface IStateFilesTarget
{
    /// <summary>The next file; its name is one that the engine gives, and no other file has it.</summary>
    void Begin(string name);

    /// <summary>The next bytes of it; valid during the call only.</summary>
    void Write(ReadOnlySpan<byte> piece);

    /// <summary>All of its bytes came, and they have the right sum.</summary>
    void End();
}
