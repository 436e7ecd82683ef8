using System.Diagnostics;
using MetaStore.StateMachine.Auth;
using MetaStore.StateMachine.Auth.Rights;
using MetaStore.StateMachine.Commands.Kv;
using MetaStore.StateMachine.Commands.Users;
using MetaStore.StateMachine.Tests.Rig;
using MetaStore.Testing;
using Xunit.Abstractions;

namespace MetaStore.StateMachine.Tests.Auth;

/// <summary>Times of checks and changes with many users and permissions. Bounds hold on a busy machine: they are medians.</summary>
public sealed class AuthFiguresTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(200, 10)]
    [RowOnRequest(10_000, 10)]
    public void RoleChange_WithManyUsers_TakesUnder5Ms(int users, int rolesOfEach)
    {
        var rig = new StoreRig("memory");
        for (var role = 0; role < rolesOfEach; role++)
        {
            rig.ApplyUnpublished(new RoleAddCommand { Name = $"r{role}" });
        }

        for (var user = 0; user < users; user++)
        {
            rig.ApplyUnpublished(new UserPutCommand { Name = $"u{user}", Hash = "h" });
            for (var role = 0; role < rolesOfEach; role++)
            {
                rig.ApplyUnpublished(new UserGrantCommand { User = $"u{user}", Role = $"r{role}" });
            }
        }

        AuthRig.Enable(rig);
        var changes = new List<TimeSpan>();
        for (var i = 0; i < 31; i++)
        {
            var key = Bytes.Of($"k{i}");
            var at = Stopwatch.GetTimestamp();
            rig.As(AuthUser.Root, new RoleGrantCommand { Role = "r3", Type = PermissionType.ReadWrite, Key = key });
            rig.As($"u{i}", new PutCommand { Key = key });
            changes.Add(Stopwatch.GetElapsedTime(at));
        }

        var median = changes.Order().ElementAt(changes.Count / 2);
        output.WriteLine($"{users} users with {rolesOfEach} roles each: a change of a role and a put of a user who has it take {median.TotalMicroseconds:F0} us");
        Assert.True(median < TimeSpan.FromMilliseconds(5), $"{median}");
    }

    [Theory]
    [InlineData(20_000)]
    [RowOnRequest(5_000_000)]
    public void Check_With1000Permissions_Takes(int checks)
    {
        var permissions = Enumerable.Range(0, 1000)
            .Select(i => new AuthPermission(PermissionType.ReadWrite, Bytes.Of($"k{i:0000}/").ToArray(), Bytes.Of($"k{i:0000}0").ToArray())).ToList();
        var rights = UserRights.Of(new AuthUser("u", "", false, ["r"], 1), new Dictionary<string, AuthRole> { ["r"] = new AuthRole("r", permissions) });
        var key = Bytes.Of("k0500/x").ToArray();
        var allowed = 0;
        var times = new List<double>();
        for (var round = 0; round < 9; round++)
        {
            var at = Stopwatch.GetTimestamp();
            for (var i = 0; i < checks; i++)
            {
                allowed += rights.MayWrite(key) ? 1 : 0;
            }

            times.Add(Stopwatch.GetElapsedTime(at).TotalNanoseconds / checks);
        }

        Assert.Equal(9 * checks, allowed);
        output.WriteLine($"one check with 1,000 permissions takes {times.Order().ElementAt(4):F0} ns");
        Assert.True(times.Min() < 2_500, $"{times.Min():F0} ns");
    }
}
