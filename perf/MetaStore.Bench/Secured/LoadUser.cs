using Google.Protobuf;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Bench.Secured;

/// <summary>A user who may read and write the keys of metaload and no others, with as many permissions as possible: one for each ten keys.</summary>
internal static class LoadUser
{
    private const string Name = "load";
    private const string Password = "password-of-load";
    private const int Roles = 10;
    private const int KeysEach = 10;
    private const int Keys = 10_000;

    /// <summary>Permissions of the user. They do not touch, so none is merged with its neighbour.</summary>
    public const int Permissions = Keys / KeysEach;

    /// <summary>Makes the user and lets the load be made by it.</summary>
    /// <param name="system">With auth on.</param>
    public static async Task AddAsync(SystemUnderLoad system)
    {
        using var client = system.Connect(system.Members);
        await client.Auth.UserAddAsync(new AuthUserAddRequest { Name = Name, Password = Password });
        for (var role = 0; role < Roles; role++)
        {
            await client.Auth.RoleAddAsync(new AuthRoleAddRequest { Name = $"load-{role}" });
        }

        for (var first = 0; first < Keys; first += KeysEach)
        {
            await client.Auth.RoleGrantPermissionAsync(new AuthRoleGrantPermissionRequest
            {
                Name = $"load-{first / KeysEach % Roles}",
                Perm = new Permission { PermType = Permission.Types.Type.Readwrite, Key = Key(first), RangeEnd = Key(first + KeysEach - 1, "\0") },
            });
        }

        for (var role = 0; role < Roles; role++)
        {
            await client.Auth.UserGrantRoleAsync(new AuthUserGrantRoleRequest { User = Name, Role = $"load-{role}" });
        }

        system.User = $"{Name}:{Password}";
    }

    private static ByteString Key(int number, string after = "") => ByteString.CopyFromUtf8($"metaload/{number:d10}{after}");
}
