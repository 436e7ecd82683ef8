using System.CommandLine;
using System.CommandLine.Help;
using MetaStore.Cli.Commands;
using MetaStore.Cli.Commands.Batching;
using MetaStore.Cli.Commands.Certificates;
using MetaStore.Cli.Commands.Cluster;
using MetaStore.Cli.Commands.Files;
using MetaStore.Cli.Commands.Kv;
using MetaStore.Cli.Commands.Leases;
using MetaStore.Cli.Commands.Locks;
using MetaStore.Cli.Commands.Operations;
using MetaStore.Cli.Commands.Shell;
using MetaStore.Cli.Commands.Users;
using MetaStore.Cli.Reference;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.CommandLine;

/// <summary>The command tree of metactl.</summary>
internal static class MetactlCommand
{
    private static readonly VerbBuilder[] Verbs =
    [
        new("put", PutCommand.Build),
        new("get", GetCommand.Build),
        new("del", DelCommand.Build),
        new("txn", TxnCommand.Build),
        new("compaction", CompactionCommand.Build),
        new("watch", WatchCommand.Build),
        new("lease", LeaseCommand.Build),
        new("lock", LockCommand.Build),
        new("elect", ElectCommand.Build),
        new("export", ExportCommand.Build),
        new("import", ImportCommand.Build),
        new("migrate", MigrateCommand.Build),
        new("endpoint", EndpointCommand.Build),
        new("member", MemberCommand.Build),
        new("move-leader", MoveLeaderCommand.Build),
        new("alarm", AlarmCommand.Build),
        new("auth", AuthCommand.Build),
        new("user", UserCommand.Build),
        new("role", RoleCommand.Build),
        new("cert", CertCommand.Build),
        new("defrag", DefragCommand.Build),
        new("snapshot", SnapshotCommand.Build),
        new("check", CheckCommand.Build),
        new("diagnose", DiagnoseCommand.Build),
        new("top", TopCommand.Build),
        new("batch", BatchCommand.Build),
        new("admission", AdmissionCommand.Build),
        new("wal", WalCommand.Build),
        new("engine", EngineCommand.Build),
        new("completion", CompletionCommand.Build),
        new("docs", DocsCommand.Build),
        new("version", VersionCommand.Build),
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
        foreach (var verb in Verbs.Where(verb => isNeeded(verb.Name)))
        {
            root.Subcommands.Add(verb.Build());
        }

        GlobalOptions.AddTo(root);
        UnsupportedVerbs.AddTo(root);
        root.Subcommands.Add(Help(root));

        // "/h" and "/?" are valid keys, and -? is not a flag here, so these help aliases are removed.
        root.Options.Remove(root.Options.Single(option => option is HelpOption));
        root.Options.Add(new HelpOption("--help", "-h") { Action = new ExamplesHelp() });
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

    /// <summary>A class, not a tuple: LINQ over tuples is not compiled ahead, and would be compiled at each start.</summary>
    private sealed record VerbBuilder(string Name, Func<Command> Build);
}
