namespace MetaStore.Cli.Reference;

/// <summary>A verb, as shown in a reference and offered by a shell.</summary>
/// <param name="Path">"lease grant"; empty for the program itself.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Arguments">Its positional arguments; <see cref="ValueEntry.None"/> when there are none.</param>
/// <param name="Meaning">What the arguments are; empty when there are none.</param>
/// <param name="Flags">Its own flags and those of the group that it is in, not the global ones.</param>
/// <param name="Verbs">Names of the verbs below it; empty when it is not a group.</param>
internal sealed record VerbEntry(string Path, string Summary, ValueEntry Arguments, string Meaning, IReadOnlyList<FlagEntry> Flags, IReadOnlyList<string> Verbs)
{
    /// <summary>Verbs are below it, and it does nothing itself.</summary>
    public bool IsGroup => Verbs.Count > 0;

    /// <summary>The last word of the path.</summary>
    public string Name => Path[(Path.LastIndexOf(' ') + 1)..];

    /// <summary>"lease" for "lease grant".</summary>
    public string Parent => Path.LastIndexOf(' ') is > 0 and var blank ? Path[..blank] : string.Empty;

    /// <summary>"metactl lease grant".</summary>
    public string FullName => Path.Length == 0 ? "metactl" : $"metactl {Path}";
}
