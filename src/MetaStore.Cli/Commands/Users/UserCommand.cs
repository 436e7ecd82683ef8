using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.Output;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Users;

/// <summary><c>metactl user add | get | list | delete | passwd | grant-role | revoke-role</c>.</summary>
internal static class UserCommand
{
    public static Command Build() => new("user", "Users") { Add(), Get(), List(), Delete(), Passwd(), Grant(), Revoke() };

    private static Command Add()
    {
        var words = VerbWords.Of("name[:password]", "the user's name");
        var interactive = Interactive();
        var password = new Option<string>("--new-user-password") { Description = "its password" };
        var none = new Option<bool>("--no-password") { Description = "it has no password, and can authenticate by certificate only" };
        var command = new Command("add", "Adds a user") { words, interactive, password, none };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var word = Only(parsed, "user add command requires user name as its argument");
            var request = new AuthUserAddRequest { Name = word, Options = new UserAddOptions { NoPassword = parsed.GetValue(none) } };
            if (parsed.GetValue(none))
            {
                // A colon is part of the name then, as with etcdctl.
            }
            else if (parsed.GetValue(password) is { Length: > 0 } given)
            {
                request.Password = given;
            }
            else if (word.Split(':', 2) is [var name, var second])
            {
                (request.Name, request.Password) = name.Length > 0 ? (name, second) : throw new UsageException("empty user name is not allowed");
            }
            else
            {
                request.Password = Passwords.New(word, isAsked: parsed.GetValue(interactive));
            }

            Printer.For(parsed).AuthChanged($"User {request.Name} created", await client.Auth.UserAddAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Get()
    {
        var detail = new Option<bool>("--detail") { Description = "show the permissions of its roles" };
        var command = new Command("get", "The roles of a user") { VerbWords.Of("name", "the user"), detail };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var name = Only(parsed, "user get command requires user name as its argument");
            var user = await client.Auth.UserGetAsync(new AuthUserGetRequest { Name = name }, cancellation);
            if (!parsed.GetValue(detail))
            {
                Printer.For(parsed).User(name, user);
                return ExitCodes.Ok;
            }

            Terminal.Out.WriteLine($"User: {name}");
            foreach (var role in user.Roles)
            {
                Terminal.Out.WriteLine();
                Printer.For(parsed).Role(role, await client.Auth.RoleGetAsync(new AuthRoleGetRequest { Role = role }, cancellation));
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command List()
    {
        var command = new Command("list", "All users") { VerbWords.Ignored() };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            None(parsed, "user list command requires no arguments");
            Printer.For(parsed).Users(await client.Auth.UserListAsync(new AuthUserListRequest(), cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Delete()
    {
        var command = new Command("delete", "Deletes a user") { VerbWords.Of("name", "the user") };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var name = Only(parsed, "user delete command requires user name as its argument");
            Printer.For(parsed).AuthChanged($"User {name} deleted", await client.Auth.UserDeleteAsync(new AuthUserDeleteRequest { Name = name }, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Passwd()
    {
        var interactive = Interactive();
        var command = new Command("passwd", "Changes the password of a user") { VerbWords.Of("name", "the user"), interactive };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var name = Only(parsed, "user passwd command requires user name as its argument");
            var request = new AuthUserChangePasswordRequest { Name = name, Password = Passwords.New(name, isAsked: parsed.GetValue(interactive)) };
            Printer.For(parsed).AuthChanged("Password updated", await client.Auth.UserChangePasswordAsync(request, cancellation));
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Grant()
    {
        var command = new Command("grant-role", "Gives a role to a user") { VerbWords.Of("user role", "the user and the role") };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var (user, role) = Two(parsed, "user grant command requires user name and role name as its argument");
            var response = await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = user, Role = role }, cancellation);
            Printer.For(parsed).AuthChanged($"Role {role} is granted to user {user}", response);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Command Revoke()
    {
        var command = new Command("revoke-role", "Takes a role from a user") { VerbWords.Of("user role", "the user and the role") };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var (user, role) = Two(parsed, "user revoke-role requires user name and role name as its argument");
            var response = await client.Auth.UserRevokeRoleAsync(new AuthUserRevokeRoleRequest { Name = user, Role = role }, cancellation);
            Printer.For(parsed).AuthChanged($"Role {role} is revoked from user {user}", response);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static Option<bool> Interactive() =>
        new("--interactive") { Description = "ask for the password; =false reads a line from standard input", DefaultValueFactory = _ => true };

    private static string Only(ParseResult parsed, string needed) => parsed.Plain() is [var only] ? only : throw new UsageException(needed);

    private static (string User, string Role) Two(ParseResult parsed, string needed) => parsed.Plain() is [var user, var role] ? (user, role) : throw new UsageException(needed);

    private static void None(ParseResult parsed, string needed)
    {
        if (parsed.Plain().Length > 0)
        {
            throw new UsageException(needed);
        }
    }
}
