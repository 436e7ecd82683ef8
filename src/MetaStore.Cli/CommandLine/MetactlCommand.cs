using System.CommandLine;
using System.CommandLine.Help;
using MetaStore.Cli.Commands;
using MetaStore.Cli.Commands.Batching;
using MetaStore.Cli.Commands.Cluster;
using MetaStore.Cli.Commands.Files;
using MetaStore.Cli.Commands.Kv;
using MetaStore.Cli.Commands.Leases;
using MetaStore.Cli.Commands.Locks;
using MetaStore.Cli.Commands.Users;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.CommandLine;

/// <summary>The command tree of metactl.</summary>
internal static class MetactlCommand
{
    private static readonly (string Name, Func<Command> Build)[] Verbs =
    [
        ("put", PutCommand.Build),
        ("get", GetCommand.Build),
        ("del", DelCommand.Build),
        ("txn", TxnCommand.Build),
        ("compaction", CompactionCommand.Build),
        ("watch", WatchCommand.Build),
        ("lease", LeaseCommand.Build),
        ("lock", LockCommand.Build),
        ("elect", ElectCommand.Build),
        ("import", ImportCommand.Build),
        ("migrate", MigrateCommand.Build),
        ("endpoint", EndpointCommand.Build),
        ("member", MemberCommand.Build),
        ("move-leader", MoveLeaderCommand.Build),
        ("alarm", AlarmCommand.Build),
        ("auth", AuthCommand.Build),
        ("user", UserCommand.Build),
        ("role", RoleCommand.Build),
        ("defrag", DefragCommand.Build),
        ("snapshot", SnapshotCommand.Build),
        ("check", CheckCommand.Build),
        ("batch", BatchCommand.Build),
        ("admission", AdmissionCommand.Build),
        ("wal", WalCommand.Build),
        ("engine", EngineCommand.Build),
        ("version", VersionCommand.Build),
    ];

    /// <summary>Builds the root command with all verbs.</summary>
    public static RootCommand Build() => Build(static _ => true);

    /// <summary>Builds the root command with only the verb named by the arguments, or with all: building the others is a large part of the time of a short call.</summary>
    public static RootCommand BuildFor(IReadOnlyList<string> words)
    {
        var none = Build(static _ => false);
        var at = VerbFinder.IndexOfName(none, words);
        return at >= 0 && Verbs.Any(verb => verb.Name == words[at]) ? Build(verb => verb == words[at]) : Build();
    }

    private static RootCommand Build(Func<string, bool> isNeeded)
    {
        var root = new RootCommand("metactl: a command line client for MetaStore and other etcd v3 servers");
        foreach (var (_, build) in Verbs.Where(verb => isNeeded(verb.Name)))
        {
            root.Subcommands.Add(build());
        }

        GlobalOptions.AddTo(root);
        UnsupportedVerbs.AddTo(root);
        root.Subcommands.Add(Help(root));

        // "/h" and "/?" are valid keys, and -? is not a flag here, so these help aliases are removed.
        root.Options.Remove(root.Options.Single(option => option is HelpOption));
        root.Options.Add(new HelpOption("--help", "-h"));
        return root;
    }

    /// <summary>etcdctl's "help VERB", the same as "VERB --help".</summary>
    private static Command Help(RootCommand root)
    {
        var words = VerbWords.Of("verb", "a verb");
        var command = new Command("help") { words };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) =>
        {
            try
            {
                return CommandWords.Parse(root, [.. parsed.Plain(), "--help"]).InvokeAsync(parsed.InvocationConfiguration, cancellation);
            }
            catch (UsageException)
            {
                Terminal.Complain($"Unknown help topic {FlagValues.Quoted(string.Join(' ', parsed.Plain()))}");
                return root.Parse(["--help"]).InvokeAsync(parsed.InvocationConfiguration, cancellation);
            }
        });
        return command;
    }
}
