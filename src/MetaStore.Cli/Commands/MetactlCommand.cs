using System.CommandLine;

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
        root.Options.Add(GlobalOptions.Endpoints);
        root.Options.Add(GlobalOptions.WriteOut);
        root.Options.Add(GlobalOptions.CommandTimeout);
        EtcdctlWords.AddTo(root);
        root.Subcommands.Add(Help(root));
        return root;
    }

    /// <summary>etcdctl's "help VERB"; here it is "VERB --help".</summary>
    private static Command Help(RootCommand root)
    {
        var words = new Argument<string[]>("verb") { Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("help") { words };
        command.Hidden = true;
        command.SetAction((parsed, cancellation) => root.Parse([.. parsed.GetValue(words)!, "--help"]).InvokeAsync(cancellationToken: cancellation));
        return command;
    }
}
