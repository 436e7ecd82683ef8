using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Tests.Rig;

namespace MetaStore.StateMachine.Tests.Auth;

/// <summary>Random users, roles and permissions: every decision is the one of <see cref="ReferenceRights"/>.</summary>
public sealed class RightsPropertyTests
{
    private const int DecisionsPerState = 100;

    [Fact]
    public void Decisions_20000_EqualTheReference() => Compare(20_000, seed: 1);

    [Theory]
    [MetaStore.Testing.RowOnRequest(1_000_000)]
    [InlineData(1_000)]
    public void Decisions_EqualTheReference(int count) => Compare(count, seed: 2);

    [Fact]
    public void Check_With1000Permissions_AllocatesNothing()
    {
        var permissions = Enumerable.Range(0, 1000)
            .Select(i => new AuthPermission(PermissionType.ReadWrite, Bytes.Of($"k{i:0000}/").ToArray(), Bytes.Of($"k{i:0000}0").ToArray())).ToList();
        var user = new AuthUser("u", "", false, ["r"], 1);
        var rights = UserRights.Of(user, new Dictionary<string, AuthRole> { ["r"] = new AuthRole("r", permissions) });
        var (inside, outside) = (Bytes.Of("k0500/x").ToArray(), Bytes.Of("k0500x").ToArray());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var allowed = 0;
        for (var i = 0; i < 1000; i++)
        {
            allowed += rights.MayWrite(inside) ? 1 : 0;
            allowed += rights.MayRead(outside) ? 1 : 0;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1000, allowed);
    }

    private static void Compare(int count, int seed)
    {
        var random = new Random(seed);
        var allowed = 0;
        for (var done = 0; done < count; done += DecisionsPerState)
        {
            var rig = new StoreRig("memory");
            var users = Enumerable.Range(0, random.Next(1, 9)).Select(i => $"u{i}").ToArray();
            var roles = Enumerable.Range(0, random.Next(1, 9)).ToDictionary(i => $"r{i}", _ => new List<AuthPermission>());
            foreach (var (name, permissions) in roles)
            {
                Assert.Equal(ErrorCode.None, rig.Apply(new RoleAddCommand { Name = name }).Error);
                for (var i = random.Next(0, 5); i > 0; i--)
                {
                    Grant(rig, random, name, permissions);
                }
            }

            var held = users.ToDictionary(user => user, _ => roles.Keys.Where(_ => random.Next(3) == 0).ToArray());
            foreach (var (user, own) in held)
            {
                Assert.Equal(ErrorCode.None, rig.Apply(new UserPutCommand { Name = user, Hash = "h" }).Error);
                Assert.All(own, role => Assert.Equal(ErrorCode.None, rig.Apply(new UserGrantCommand { User = user, Role = role }).Error));
            }

            AuthRig.Enable(rig);
            var state = rig.Machine.Reader.Auth;
            for (var i = 0; i < DecisionsPerState; i++)
            {
                var user = users[random.Next(users.Length)];
                var (write, key, end) = (random.Next(2) == 0, Key(random), End(random));
                Assert.Equal(ErrorCode.None, state.Admit(AuthIdentity.Of(user, state.Revision), asAdministrator: false, out var rights));
                var found = write ? rights!.MayWrite(key, end) : rights!.MayRead(key, end);
                var reference = new ReferenceRights([.. held[user].SelectMany(role => roles[role])]);
                Assert.True(reference.May(write, key, end) == found, $"seed {seed}, {(write ? "write" : "read")} [{Convert.ToHexString(key)}, {Convert.ToHexString(end)}): {found}");
                allowed += found ? 1 : 0;
            }
        }

        // A test whose decisions are all the same shows nothing.
        Assert.InRange(allowed, count / 50, count - (count / 50));
    }

    private static void Grant(StoreRig rig, Random random, string role, List<AuthPermission> permissions)
    {
        var permission = new AuthPermission((PermissionType)random.Next(3), Key(random), End(random));
        var command = new RoleGrantCommand { Role = role, Type = permission.Type, Key = permission.Key, RangeEnd = permission.RangeEnd };
        if (rig.Apply(command).Error == ErrorCode.None)
        {
            permissions.RemoveAll(other => other.Key.AsSpan().SequenceEqual(permission.Key) && other.RangeEnd.AsSpan().SequenceEqual(permission.RangeEnd));
            permissions.Add(permission);
        }
    }

    private static byte[] End(Random random) => random.Next(5) switch
    {
        0 => [],
        1 when random.Next(2) == 0 => [0],
        _ => Key(random),
    };

    /// <summary>Shorter than the longest key of the reference, so that the key right after it is in its set.</summary>
    private static byte[] Key(Random random)
    {
        var key = new byte[random.Next(1, ReferenceRights.LengthMax)];
        for (var i = 0; i < key.Length; i++)
        {
            key[i] = random.Next(4) switch { 0 when i > 0 => 0, 1 => (byte)'a', 2 => (byte)'b', _ => (byte)'c' };
        }

        return key;
    }
}
