using System.CommandLine;
using MetaStore.Cli.CommandLine;
using MetaStore.Cli.CommandLine.Values;
using MetaStore.Cli.Terminals;
using MetaStore.Cli.Words;
using MetaStore.Client;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Commands.Users;

/// <summary><c>metactl auth explain USER KEY [END]</c>: which role and permission allows a user to read and write keys, or what is missing.</summary>
internal static class AuthExplainCommand
{
    private const string Root = "root";

    private static readonly Option<bool> Prefix = new("--prefix") { Description = "every key with this prefix" };

    private static readonly Option<bool> FromKey = new("--from-key") { Description = "every key at or after this one" };

    public static Command Build()
    {
        var words = VerbWords.Of("user key [end]", "the user, and the keys that are asked for");
        var command = new Command("explain", "Which role and permission allows a user to read and write keys, or what is missing") { words, Prefix, FromKey };
        command.SetAction(async (parsed, client, cancellation) =>
        {
            var given = parsed.Plain();
            if (given.Length is < 2 or > 3)
            {
                throw new UsageException("auth explain command requires user name and key [endkey] as its argument");
            }

            var range = given[1].Length == 0 ? KeyRange.All : KeyRangeFlags.Of(given[1], given.ElementAtOrDefault(2), parsed.GetValue(Prefix), parsed.GetValue(FromKey));
            var status = await client.Auth.AuthStatusAsync(new AuthStatusRequest(), cancellation);
            var explanation = new RightsExplanation(await RolesAsync(client, given[0], cancellation), range);
            if (!status.Enabled)
            {
                Terminal.Out.WriteLine("auth is not enabled: every client may do everything. While it is enabled:");
            }

            foreach (var line in explanation.Lines)
            {
                Terminal.Out.WriteLine(line);
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>Role root need not exist to be held.</summary>
    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<Permission>>> RolesAsync(MetaStoreClient client, string user, CancellationToken cancellation)
    {
        var roles = new Dictionary<string, IReadOnlyList<Permission>>(StringComparer.Ordinal);
        foreach (var role in (await client.Auth.UserGetAsync(new AuthUserGetRequest { Name = user }, cancellation)).Roles)
        {
            roles[role] = role == Root ? [] : [.. (await client.Auth.RoleGetAsync(new AuthRoleGetRequest { Role = role }, cancellation)).Perm];
        }

        return roles;
    }
}
