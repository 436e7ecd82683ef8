using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl version</c>: two lines, as etcdctl prints them. Contacts no server.</summary>
internal static class VersionCommand
{
    /// <summary>The etcd API that the verbs are written for.</summary>
    private const string ApiVersion = "3.6";

    public static Command Build()
    {
        var command = new Command("version", "Prints the versions of metactl and of its API") { VerbWords.Ignored() };
        command.SetOfflineAction((_, _) =>
        {
            Terminal.Out.WriteLine($"metactl version: {typeof(VersionCommand).Assembly.GetName().Version?.ToString(3)}");
            Terminal.Out.WriteLine($"API version: {ApiVersion}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
