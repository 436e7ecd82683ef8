using System.CommandLine;
using System.CommandLine.Help;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;

namespace MetaStore.Cli.Commands;

/// <summary>The command tree of metactl.</summary>
internal static class MetactlCommand
{
    /// <summary>Builds the root command with all verbs.</summary>
    public static RootCommand Build()
    {
        var root = new RootCommand("metactl: a command line client for MetaStore and other etcd v3 servers")
        {
            PutCommand.Build(),
            GetCommand.Build(),
            DelCommand.Build(),
            TxnCommand.Build(),
            CompactionCommand.Build(),
            WatchCommand.Build(),
            LeaseCommand.Build(),
            LockCommand.Build(),
            ElectCommand.Build(),
            ImportCommand.Build(),
            EndpointCommand.Build(),
            MemberCommand.Build(),
            MoveLeaderCommand.Build(),
            AlarmCommand.Build(),
            DefragCommand.Build(),
            SnapshotCommand.Build(),
            CheckCommand.Build(),
            BatchCommand.Build(),
            WalCommand.Build(),
            EngineCommand.Build(),
            VersionCommand.Build(),
        };
        GlobalOptions.AddTo(root);
        EtcdctlWords.AddTo(root);
        root.Subcommands.Add(Help(root));

        // Of the letters for help on other systems "/h" and "/?" are keys here, and -? is a flag that does not exist.
        root.Options.Remove(root.Options.Single(option => option is HelpOption));
        root.Options.Add(new HelpOption("--help", "-h"));
        return root;
    }

    /// <summary>etcdctl's "help VERB"; here it is "VERB --help".</summary>
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
