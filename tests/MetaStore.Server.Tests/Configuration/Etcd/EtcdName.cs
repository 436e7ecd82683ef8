namespace MetaStore.Server.Tests.Configuration.Etcd;

/// <summary>A flag or key of etcd, from names.txt.</summary>
/// <param name="Name">Flag without dashes, or section and key with a dot.</param>
/// <param name="Versions">Release series that have it, ascending.</param>
/// <param name="IsFlag">A flag (and so a variable) in at least one of them.</param>
/// <param name="IsKey">A key of the configuration file in at least one of them.</param>
internal sealed record EtcdName(string Name, IReadOnlyList<string> Versions, bool IsFlag, bool IsKey)
{
    /// <summary>All names.</summary>
    public static IReadOnlyList<EtcdName> All { get; } = [.. File.ReadLines(Path.Combine(Folder(), "names.txt")).Where(line => line.Length > 0 && line[0] != '#').Select(Read)];

    /// <summary>True when it is in a section of the file.</summary>
    public bool IsInTree => Name.Contains('.', StringComparison.Ordinal) && !Name.StartsWith("test.", StringComparison.Ordinal);

    /// <summary>Section and key.</summary>
    public (string Tree, string Key) Parts => (Name[..Name.IndexOf('.', StringComparison.Ordinal)], Name[(Name.IndexOf('.', StringComparison.Ordinal) + 1)..]);

    private static EtcdName Read(string line)
    {
        string[] words = line.Split(' ');
        return new EtcdName(
            words[0], [.. words[1..].Select(word => word.Split(':')[0])],
            words[1..].Any(word => word.Split(':')[1].Contains('F', StringComparison.Ordinal)),
            words[1..].Any(word => word.Split(':')[1].Contains('K', StringComparison.Ordinal)));
    }

    private static string Folder() => Path.Combine(Repository.Root, "tests", "MetaStore.Server.Tests", "Configuration", "Etcd");
}
