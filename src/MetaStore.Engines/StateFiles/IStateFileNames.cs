namespace MetaStore.Engines.StateFiles;

/// <summary>The names an engine gives its files. Whatever else a peer sends is refused before anything is made of it.</summary>
internal interface IStateFileNames
{
    /// <summary>True for a plain name that the engine gives, which leads out of no folder.</summary>
    bool IsName(string name);

    /// <summary>True when nothing is missing without which the engine would begin empty.</summary>
    bool AreWhole(IReadOnlySet<string> names);
}
