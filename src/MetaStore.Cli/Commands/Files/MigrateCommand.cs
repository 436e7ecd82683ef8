using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Migration;
using MetaStore.Cli.Words;
using MetaStore.Client;

namespace MetaStore.Cli.Commands.Files;

/// <summary><c>metactl migrate --from A --to B</c>: copies a running cluster to another one and follows its changes.</summary>
internal static class MigrateCommand
{
    private static readonly ListOption From = new("--from") { Description = "client URLs of the cluster to copy" };

    private static readonly ListOption To = new("--to") { Description = "client URLs of the cluster that receives the keys" };

    private static readonly Option<bool> Resume = new("--resume") { Description = "the target has keys of an earlier run; keys that the source does not have are deleted there" };

    private static readonly Option<bool> CutOver = new("--cut-over") { Description = "wait until the source is not written to any more, verify all keys, and end" };

    public static Command Build()
    {
        var command = new Command("migrate", "Copies the keys and leases of a running cluster to another one, and follows its changes") { From, To, Resume, CutOver };
        command.SetAction(async (parsed, _, cancellation) =>
        {
            if (parsed.Plain().Length > 0)
            {
                throw new UsageException("migrate takes flags only");
            }

            using var source = Connect(parsed, From);
            using var target = Connect(parsed, To);
            await new MigrationRun(source, target, TimeProvider.System).RunAsync(parsed.GetValue(Resume), parsed.GetValue(CutOver), cancellation);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static MetaStoreClient Connect(ParseResult parsed, ListOption flag)
    {
        var endpoints = GlobalOptions.EndpointList(parsed, parsed.GetValue(flag) ?? throw new UsageException($"{flag.Name} is missing: give the client URLs of both clusters by --from and --to"));
        return new MetaStoreClient(GlobalOptions.ClientOptions(parsed) with { Endpoints = [.. endpoints.Select(endpoint => endpoint.Address)] });
    }
}
