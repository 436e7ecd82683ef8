namespace MetaStore.Cli.Reference;

/// <summary>The value of a flag or the arguments of a verb, as shown in a reference.</summary>
/// <param name="Kind">What a shell can offer.</param>
/// <param name="Name">Such as "duration" or "simple|json"; empty for <see cref="ValueKind.None"/>.</param>
/// <param name="Choices">The words of <see cref="ValueKind.Choice"/>; otherwise empty.</param>
internal sealed record ValueEntry(ValueKind Kind, string Name, IReadOnlyList<string> Choices)
{
    /// <summary>Name of a value that is a file; <see cref="DirectoryName"/> of one that is a directory.</summary>
    public const string FileName = "file";

    /// <summary>Name of a value that is a directory.</summary>
    public const string DirectoryName = "directory";

    /// <summary>No value.</summary>
    public static ValueEntry None { get; } = new(ValueKind.None, string.Empty, []);

    /// <summary>The kind follows from the name: "file", "directory", words with a bar between, or anything else.</summary>
    public static ValueEntry Of(string name) => name switch
    {
        "" => None,
        FileName => new(ValueKind.File, name, []),
        DirectoryName => new(ValueKind.Directory, name, []),
        _ when name.Contains('|') && !name.Contains(' ') => new(ValueKind.Choice, name, name.Split('|')),
        _ => new(ValueKind.Text, name, []),
    };
}
