using System.CommandLine;
using System.Reflection;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Terminals;

namespace MetaStore.Cli.Commands;

/// <summary><c>metactl version</c>: two lines, as etcdctl prints them. Contacts no server.</summary>
internal static class VersionCommand
{
    /// <summary>The etcd API that the verbs are written for.</summary>
    private const string ApiVersion = "3.6";

    /// <summary>Made from the tag: "0.1.0", or "0.1.1-alpha.0.12" twelve commits after it. Without the commit's hash, which follows a plus sign.</summary>
    public static string ProductVersion { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Command Build()
    {
        var command = new Command("version", "Prints the versions of metactl and of its API") { VerbWords.Ignored() };
        command.SetOfflineAction((_, _) =>
        {
            Terminal.Out.WriteLine($"metactl version: {ProductVersion}");
            Terminal.Out.WriteLine($"API version: {ApiVersion}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
