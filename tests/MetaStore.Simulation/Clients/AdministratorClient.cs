using System.Text;
using MetaStore.Simulation.Kernel;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Users;

namespace MetaStore.Simulation.Clients;

/// <summary>A client that adds users and roles, enables auth, and changes rights, passwords and the switch while others call.</summary>
internal sealed class AdministratorClient(SimCluster cluster, int number, SimRandom random) : CallingClient(cluster, number, random)
{
    /// <summary>Names that users and roles are given.</summary>
    public static readonly string[] Names = ["a", "b", "c"];

    /// <summary>Keys that users call for, and that permissions begin and end with.</summary>
    public const int Keys = 5;

    private bool _hasBegun;

    /// <summary>A key of the users'.</summary>
    public static byte[] Key(int number) => Encoding.ASCII.GetBytes($"u{number}");

    protected override async Task ActAsync()
    {
        if (!_hasBegun)
        {
            foreach (string name in Names)
            {
                await ChangeAsync(new UserPutCommand { Name = name, Hash = "h" });
                await ChangeAsync(new RoleAddCommand { Name = name });
                await ChangeAsync(new UserGrantCommand { User = name, Role = name });
                await ChangeAsync(Grant(name));
            }

            await EnableAsync();
            _hasBegun = true;
        }

        await PauseAsync(Cluster.Features.UserPause);
        await (Random.Chance(0.05) ? EnableAsync() : ChangeAsync(Next()));
    }

    /// <summary>Root is added again, with its role, when it was taken away while auth was off.</summary>
    private async Task EnableAsync()
    {
        await ChangeAsync(new UserPutCommand { Name = AuthUser.Root, Hash = "h" });
        await ChangeAsync(new UserGrantCommand { User = AuthUser.Root, Role = AuthRole.Root });
        await ChangeAsync(default(AuthEnableCommand));
    }

    private ICommand Next() => Random.Next(19) switch
    {
        < 5 => Grant(Random.Pick(Names)),
        < 10 => new RoleRevokeCommand { Role = Random.Pick(Names), Key = Key(Random.Next(Keys)), RangeEnd = End() },
        < 12 => new UserGrantCommand { User = Random.Pick(Names), Role = Random.Chance(0.1) ? AuthRole.Root : Random.Pick(Names) },
        < 14 => new UserRevokeCommand { User = Random.Pick([.. Names, AuthUser.Root]), Role = Random.Pick([.. Names, AuthRole.Root]) },
        14 => new UserPasswordCommand { Name = Random.Pick(Names), Hash = "i" },
        15 => new UserDeleteCommand { Name = Random.Pick([.. Names, AuthUser.Root]) },
        16 => new UserPutCommand { Name = Random.Pick([.. Names, AuthUser.Root]), Hash = "h" },
        17 => Random.Chance(0.5) ? new RoleDeleteCommand { Name = Random.Pick(Names) } : new RoleAddCommand { Name = Random.Pick(Names) },
        _ => default(AuthDisableCommand),
    };

    private RoleGrantCommand Grant(string role)
    {
        int from = Random.Next(Keys);
        return new RoleGrantCommand { Role = role, Type = Random.Pick([PermissionType.Read, PermissionType.Write, PermissionType.ReadWrite]), Key = Key(from), RangeEnd = End(from) };
    }

    private byte[] End(int from = 0) => Random.Next(4) switch
    {
        0 => [0],
        1 => Key(Random.Between(from + 1, Keys + 1)),
        _ => [],
    };

    /// <summary>As root; sometimes as a user without the right, or without a user.</summary>
    private async Task ChangeAsync(ICommand command)
    {
        AuthIdentity identity = Random.Chance(0.9) ? AuthIdentity.Of(AuthUser.Root, UserClient.RevisionOf(Cluster, Random))
            : Random.Chance(0.5) ? AuthIdentity.Of(Random.Pick(Names), UserClient.RevisionOf(Cluster, Random))
            : AuthIdentity.None;
        await CallAsync(new ClientCall(command, default, false) { Identity = identity });
    }
}
