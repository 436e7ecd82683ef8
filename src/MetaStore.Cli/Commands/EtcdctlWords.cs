using System.CommandLine;

namespace MetaStore.Cli.Commands;

/// <summary>What somebody who knows etcdctl may type and metactl does not have: refused with a line that says why and what to do.</summary>
internal static class EtcdctlWords
{
    private const string NoUsers = "there are no users, roles and passwords yet; every client may do everything";
    private const string NoDiscovery = "name the members with --endpoints";

    private static readonly (string Name, string Why)[] Verbs =
    [
        ("auth", NoUsers),
        ("user", NoUsers),
        ("role", NoUsers),
        ("make-mirror", "metactl does not have it; etcdctl make-mirror works with MetaStore"),
        ("migrate", "there is no v2 store to migrate from; metactl import makes keys of a directory of files"),
        ("downgrade", "there is no older release to go to"),
        ("completion", "metactl does not have it; metactl \"[suggest]\" completes words for dotnet-suggest"),
        ("options", "metactl --help lists them"),
    ];

    private static readonly (string Name, string Why)[] Flags =
    [
        ("--user", NoUsers),
        ("--password", NoUsers),
        ("--auth-jwt-token", NoUsers),
        ("--discovery-srv", NoDiscovery),
        ("-d", NoDiscovery),
        ("--discovery-srv-name", NoDiscovery),
    ];

    /// <summary>The global flags that are refused wherever they come from, with the reason. Being silent about a password or a certificate would be worse.</summary>
    public static IReadOnlyList<(string Name, string Why)> RefusedFlags => Flags;

    /// <summary>Why there is no such flag; null when etcdctl has none either.</summary>
    public static string? WhyNot(string flag) => Flags.FirstOrDefault(known => known.Name == flag).Why;

    /// <summary>Adds the verbs to the root; none is shown in the help.</summary>
    public static void AddTo(RootCommand root)
    {
        foreach (var (name, why) in Verbs)
        {
            root.Subcommands.Add(new RefusedVerb(name, why) { Hidden = true });
        }

        root.Subcommands.SingleOrDefault(verb => verb.Name == "check")?.Subcommands.Add(
            new RefusedVerb("datascale", "metactl does not have it; check perf measures speed, endpoint status shows sizes") { Hidden = true });
    }
}
