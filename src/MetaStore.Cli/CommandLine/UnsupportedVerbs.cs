using System.CommandLine;

namespace MetaStore.Cli.CommandLine;

/// <summary>etcdctl verbs and flags that metactl does not have: rejected with a line that gives the reason and an alternative.</summary>
internal static class UnsupportedVerbs
{
    private const string NoDiscovery = "name the members with --endpoints";

    private static readonly (string Name, string Why)[] Verbs =
    [
        ("make-mirror", "metactl does not have it; etcdctl make-mirror works with MetaStore"),
        ("downgrade", "there is no older release to downgrade to"),
        ("options", "metactl --help lists them"),
    ];

    private static readonly (string Name, string Why)[] Flags =
    [
        ("--auth-jwt-token", "metactl gets its tokens itself; use --user and --password"),
        ("--discovery-srv", NoDiscovery),
        ("-d", NoDiscovery),
        ("--discovery-srv-name", NoDiscovery),
    ];

    /// <summary>Global flags that are rejected in any position, with the reason. Ignoring a password or a certificate silently would be worse.</summary>
    public static IReadOnlyList<(string Name, string Why)> RefusedFlags => Flags;

    /// <summary>Why there is no such flag; null when etcdctl has none either.</summary>
    public static string? WhyNot(string flag) => Flags.FirstOrDefault(known => known.Name == flag).Why;

    /// <summary>Adds the verbs to the root; they are hidden in the help.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var (name, why) in Verbs)
        {
            root.Subcommands.Add(new RefusedVerb(name, why) { Hidden = true });
        }
    }
}
