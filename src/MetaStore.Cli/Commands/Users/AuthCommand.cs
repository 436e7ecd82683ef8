using System.CommandLine;
using Grpc.Core;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Users;

/// <summary><c>metactl auth enable | disable | status | explain</c>.</summary>
internal static class AuthCommand
{
    private const string RootRoleMissing = "etcdserver: root user does not have root role";
    private const string RoleExists = "etcdserver: role name already exists";

    public static Command Build() => new("auth", "The switch of users and roles") { Enable(), Disable(), Status(), AuthExplainCommand.Build() };

    private static Command Enable()
    {
        var command = new Command("enable", "Checks users from now on; user root must exist, and gets role root") { VerbWords.Ignored() };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            NoWords(parsed, "auth enable command does not accept any arguments");
            Printer.For(parsed).AuthChanged("Authentication Enabled", await EnableAsync(client, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Disable()
    {
        var command = new Command("disable", "Lets every client do everything again") { VerbWords.Ignored() };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            NoWords(parsed, "auth disable command does not accept any arguments");
            Printer.For(parsed).AuthChanged("Authentication Disabled", await client.Auth.AuthDisableAsync(new AuthDisableRequest(), cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Status()
    {
        var command = new Command("status", "Whether users are checked") { VerbWords.Ignored() };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            Printer.For(parsed).AuthStatus(await client.Auth.AuthStatusAsync(new AuthStatusRequest(), cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>As etcdctl: a user root without role root gets it.</summary>
    private static async Task<AuthEnableResponse> EnableAsync(MetaStoreClient client, CancellationToken cancellation)
    {
        try
        {
            return await client.Auth.AuthEnableAsync(new AuthEnableRequest(), cancellation);
        }
        catch (RpcException refused) when (refused.Is(RootRoleMissing))
        {
            await AddRootRoleAsync(client, cancellation);
            await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = "root", Role = "root" }, cancellation);
            return await client.Auth.AuthEnableAsync(new AuthEnableRequest(), cancellation);
        }
    }

    private static async Task AddRootRoleAsync(MetaStoreClient client, CancellationToken cancellation)
    {
        try
        {
            await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = "root" }, cancellation);
        }
        catch (RpcException known) when (known.Is(RoleExists))
        {
            // It was added before.
        }
    }

    private static void NoWords(ParseResult parsed, string why)
    {
        if (parsed.Plain().Length > 0)
        {
            throw new UsageException(why);
        }
    }
}
