using Google.Protobuf;
using MetaStore.Cli.Commands.Users;
using MetaStore.Client;
using MetaStore.Protocol.Auth;
using Type = MetaStore.Protocol.Auth.Permission.Types.Type;

namespace MetaStore.Cli.Tests.Commands.Users;

/// <summary>What <c>metactl auth explain</c> says of roles and keys.</summary>
public sealed class RightsExplanationTests
{
    [Fact]
    public void OnePermission_ThatAllows_IsNamedWithItsRole() => Assert.Equal(
        [
            "read: allowed by", "  role app: readwrite on [\"app/\", \"app0\")",
            "write: allowed by", "  role app: readwrite on [\"app/\", \"app0\")",
        ],
        Explain(KeyRange.Single("app/x"), ("app", Type.Readwrite, "app/", "app0"), ("other", Type.Write, "b", "")));

    [Fact]
    public void SeveralPermissions_ThatTouch_AllowTogether() => Assert.Equal(
        [
            "read: allowed by", "  role one: read on \"a\"", "  role two: read on [\"a\\x00\", \"c\")", "  role one: read on [\"b\", <open ended>",
            "write: denied: no role allows [\"a\", <open ended>",
        ],
        Explain(KeyRange.From("a"), ("one", Type.Read, "a", ""), ("two", Type.Read, "a\0", "c"), ("one", Type.Read, "b", "\0")));

    [Fact]
    public void FirstGap_IsShown_WithWhatIsBeforeIt() => Assert.Equal(
        [
            "read: denied: no role allows [\"b\", \"c\"); what is before it is allowed by", "  role one: read on [\"a\", \"b\")",
            "write: denied: no role allows [\"a\", \"d\")",
        ],
        Explain(KeyRange.Between("a", "d"), ("one", Type.Read, "a", "b"), ("one", Type.Read, "c", "d")));

    [Fact]
    public void RoleRoot_AllowsEverything() => Assert.Equal(
        ["read: allowed: role root allows everything", "write: allowed: role root allows everything"],
        new RightsExplanation(new Dictionary<string, IReadOnlyList<Permission>> { ["root"] = [] }, KeyRange.All).Lines);

    [Fact]
    public void UserWithoutRoles_IsDenied() => Assert.Equal(
        ["read: denied: no role allows \"k\"", "write: denied: no role allows \"k\""], new RightsExplanation(new Dictionary<string, IReadOnlyList<Permission>>(), KeyRange.Single("k")).Lines);

    /// <summary>Against a look at each key: the range is allowed when each key of it is, and it does not reach beyond.</summary>
    [Fact]
    public void Judgement_IsThatOfEachKey()
    {
        var random = new Random(7);
        for (int round = 0; round < 2_000; round++)
        {
            (string, Type, string, string)[] permissions = [.. Enumerable.Range(0, random.Next(5)).Select(_ => Draw(random))];
            (int from, int to) = (random.Next(26), random.Next(26));
            string end = to <= from ? "" : Letter(to);
            var explanation = Of(new KeyRange(ByteString.CopyFromUtf8(Letter(from)), ByteString.CopyFromUtf8(end)), permissions);
            // Of each key its letter alone and a longer one: a permission on a letter alone does not allow the longer.
            string[] keys = end.Length == 0 ? [Letter(from)] : [.. Enumerable.Range(from, to - from).SelectMany(key => new[] { Letter(key), Letter(key) + "x" })];
            foreach (bool write in (bool[])[false, true])
            {
                bool expected = keys.All(key => permissions.Any(permission => Allows(permission, key, write)));
                Assert.True(expected == explanation.Allows(write), $"[{Letter(from)}, {end}) write {write}: {string.Join("; ", permissions)}");
            }
        }
    }

    private static bool Allows((string Role, Type Type, string Key, string End) permission, string key, bool write) =>
        permission.Type != (write ? Type.Read : Type.Write)
        && (permission.End.Length == 0 ? key == permission.Key
            : string.CompareOrdinal(key, permission.Key) >= 0 && (permission.End == "\0" || string.CompareOrdinal(key, permission.End) < 0));

    private static (string, Type, string, string) Draw(Random random)
    {
        (int from, int to) = (random.Next(26), random.Next(26));
        string end = random.Next(5) == 0 ? "\0" : to <= from ? "" : Letter(to);
        return ("role" + random.Next(3), (Type)random.Next(3), Letter(from), end);
    }

    private static string Letter(int place) => ((char)('a' + place)).ToString();

    private static IEnumerable<string> Explain(KeyRange range, params (string, Type, string, string)[] permissions) => Of(range, permissions).Lines;

    private static RightsExplanation Of(KeyRange range, params (string Role, Type Type, string Key, string End)[] permissions) => new(
        permissions.GroupBy(permission => permission.Role).ToDictionary(
            role => role.Key,
            role => (IReadOnlyList<Permission>)[.. role.Select(permission => new Permission
            {
                PermType = permission.Type,
                Key = ByteString.CopyFromUtf8(permission.Key),
                RangeEnd = ByteString.CopyFromUtf8(permission.End),
            })]),
        range);
}
