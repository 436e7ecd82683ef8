namespace MetaStore.Cli.Reference;

/// <summary>What follows a flag, or what the arguments of a verb are.</summary>
internal enum ValueKind
{
    /// <summary>Nothing: a boolean flag.</summary>
    None,

    /// <summary>Any text: a shell has nothing to offer.</summary>
    Text,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>A path of a file.</summary>
    File,

    /// <summary>A path of a directory.</summary>
    Directory,
}
