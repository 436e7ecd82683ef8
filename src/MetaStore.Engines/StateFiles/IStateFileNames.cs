namespace MetaStore.Engines.StateFiles;

/// <summary>The file names an engine uses. Any other name from a peer is rejected before a file is created.</summary>
internal interface IStateFileNames
{
    /// <summary>True for a plain name that the engine uses, without path separators.</summary>
    bool IsName(string name);

    /// <summary>True when the files without which the engine would start empty are present.</summary>
    bool AreWhole(IReadOnlySet<string> names);
}
