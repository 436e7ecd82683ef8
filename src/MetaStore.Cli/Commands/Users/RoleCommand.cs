using System.CommandLine;
using Google.Protobuf;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Output;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Users;

/// <summary><c>metactl role add | get | list | delete | grant-permission | revoke-permission</c>.</summary>
internal static class RoleCommand
{
    private static readonly Option<bool> Prefix = new("--prefix") { Description = "every key with this prefix" };

    private static readonly Option<bool> FromKey = new("--from-key") { Description = "every key at or after this one" };

    public static Command Build() => new("role", "Roles and their permissions") { Add(), Get(), List(), Delete(), Grant(), Revoke() };

    private static Command Add()
    {
        var command = new Command("add", "Adds a role") { VerbWords.Of("name", "the role") };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var name = Only(parsed, "role add command requires role name as its argument");
            Printer.For(parsed).AuthChanged($"Role {name} created", await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = name }, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Get()
    {
        var command = new Command("get", "The permissions of a role") { VerbWords.Of("name", "the role") };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var name = Only(parsed, "role get command requires role name as its argument");
            Printer.For(parsed).Role(name, await client.Auth.RoleGetAsync(new AuthRoleGetRequest { Role = name }, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "All roles") { VerbWords.Ignored() };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            if (parsed.Plain().Length > 0)
            {
                throw new UsageException("role list command requires no arguments");
            }

            Printer.For(parsed).Roles(await client.Auth.RoleListAsync(new AuthRoleListRequest(), cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Delete()
    {
        var command = new Command("delete", "Deletes a role and takes it from all users") { VerbWords.Of("name", "the role") };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var name = Only(parsed, "role delete command requires role name as its argument");
            Printer.For(parsed).AuthChanged($"Role {name} deleted", await client.Auth.RoleDeleteAsync(new AuthRoleDeleteRequest { Role = name }, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Grant()
    {
        var words = VerbWords.Of("role type key [end]", "the role, what it allows (read, write or readwrite), and the keys");
        var command = new Command("grant-permission", "Adds a permission to a role, or changes its type") { words, Prefix, FromKey };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var given = parsed.Plain();
            // More words are ignored, as with etcdctl.
            if (given.Length < 3)
            {
                throw new UsageException("role grant command requires role name, permission type, and key [endkey] as its argument");
            }

            var permission = new Permission { PermType = TypeOf(given[1]) };
            (permission.Key, permission.RangeEnd) = RangeOf(parsed, given[2], given.ElementAtOrDefault(3));
            var request = new AuthRoleGrantPermissionRequest { Name = given[0], Perm = permission };
            Printer.For(parsed).AuthChanged($"Role {given[0]} updated", await client.Auth.RoleGrantPermissionAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Revoke()
    {
        var words = VerbWords.Of("role key [end]", "the role, and the keys of the permission exactly as it was granted");
        var command = new Command("revoke-permission", "Removes a permission from a role") { words, Prefix, FromKey };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var given = parsed.Plain();
            if (given.Length < 2)
            {
                throw new UsageException("role revoke-permission command requires role name and key [endkey] as its argument");
            }

            var (key, end) = RangeOf(parsed, given[1], given.ElementAtOrDefault(2));
            var response = await client.Auth.RoleRevokePermissionAsync(new AuthRoleRevokePermissionRequest { Role = given[0], Key = key, RangeEnd = end }, cancellation);
            Printer.For(parsed).AuthChanged(TextOf(given[0], given[1], end), response);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string TextOf(string role, string key, ByteString end) => end.Length == 0
        ? $"Permission of key {key} is revoked from role {role}"
        : end.Span is [0] ? $"Permission of range [{key}, <open ended> is revoked from role {role}"
        : $"Permission of range [{key}, {end.ToStringUtf8()}) is revoked from role {role}";

    private static string Only(ParseResult parsed, string needed) => parsed.Plain() is [var only] ? only : throw new UsageException(needed);

    private static Permission.Types.Type TypeOf(string text) => text.ToUpperInvariant() switch
    {
        "READ" => Permission.Types.Type.Read,
        "WRITE" => Permission.Types.Type.Write,
        "READWRITE" => Permission.Types.Type.Readwrite,
        _ => throw new UsageException($"invalid permission type: {text}"),
    };

    /// <summary>An empty key stands for the first possible one, as with etcdctl.</summary>
    private static (ByteString Key, ByteString End) RangeOf(ParseResult parsed, string key, string? end)
    {
        var (isPrefix, isFrom) = (parsed.GetValue(Prefix), parsed.GetValue(FromKey));
        if (isPrefix && isFrom)
        {
            throw new UsageException("--from-key and --prefix flags are mutually exclusive");
        }

        if (key.Length == 0)
        {
            return (KeyRange.All.Key, isPrefix || isFrom ? KeyRange.All.RangeEnd : ByteString.Empty);
        }

        if (end is not null && (isPrefix || isFrom))
        {
            throw new UsageException($"unexpected endkey argument with {(isPrefix ? "--prefix" : "--from-key")} flag");
        }

        var range = KeyRangeFlags.Of(key, end, isPrefix, isFrom);
        return (range.Key, range.RangeEnd);
    }
}
