namespace MetaStore.Fuzz.Inputs;

/// <summary>One step of an input for <see cref="InputLog"/>; what it needs follows it.</summary>
internal enum LogStep : byte
{
    /// <summary>Type and payload.</summary>
    Record,

    EndOfFrame,

    /// <summary>Ends a frame whose header says: first and last index, and how many more records than it has.</summary>
    FrameWithOtherNumbers,

    /// <summary>How much higher its first index is.</summary>
    NextSegment,

    /// <summary>Offset in the file, and bytes.</summary>
    Overwrite,

    /// <summary>Length of the file.</summary>
    Cut,
}
