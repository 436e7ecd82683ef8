using Google.Protobuf;
using MetaStore.Cli.Output;
using MetaStore.Client;
using MetaStore.Protocol.Auth;

namespace MetaStore.Cli.Commands.Users;

/// <summary>Which permissions of a user's roles together allow a range of keys, or where the first key is that none allows.</summary>
/// <remarks>Judges as the server does: permissions that overlap or touch count as one, and a single key k is the range up to k followed by a zero byte.</remarks>
internal sealed class RightsExplanation
{
    private const string Root = "root";

    private readonly bool _isAdministrator;
    private readonly List<Right> _rights = [];
    private readonly byte[] _from;
    private readonly byte[]? _to;

    /// <param name="roles">Of the user, with their permissions.</param>
    /// <param name="range">Keys that are asked for.</param>
    public RightsExplanation(IReadOnlyDictionary<string, IReadOnlyList<Permission>> roles, KeyRange range)
    {
        _isAdministrator = roles.ContainsKey(Root);
        foreach ((string role, IReadOnlyList<Permission> permissions) in roles.OrderBy(role => role.Key, StringComparer.Ordinal))
        {
            _rights.AddRange(permissions.Select(permission => new Right(role, permission)));
        }

        _from = range.Key.ToByteArray();
        byte[] end = range.RangeEnd.ToByteArray();

        // A range that is empty or inverted counts as its key.
        _to = end is [0] ? null : end.AsSpan().SequenceCompareTo(_from) <= 0 ? [.. _from, 0] : end;
    }

    /// <summary>Lines for reading and for writing.</summary>
    public IEnumerable<string> Lines => [.. LinesOf("read", Permission.Types.Type.Write), .. LinesOf("write", Permission.Types.Type.Read)];

    /// <summary>Whether the whole range may be read, or written.</summary>
    public bool Allows(bool write) => _isAdministrator || Cover(write ? Permission.Types.Type.Read : Permission.Types.Type.Write).Gap is null;

    private IEnumerable<string> LinesOf(string right, Permission.Types.Type other)
    {
        if (_isAdministrator)
        {
            yield return $"{right}: allowed: role {Root} allows everything";
            yield break;
        }

        (List<Right> used, (byte[] From, byte[]? To)? gap) = Cover(other);
        yield return gap is null ? $"{right}: allowed by" : $"{right}: denied: no role allows {TextOf(gap.Value.From, gap.Value.To)}{(used.Count > 0 ? "; what is before it is allowed by" : "")}";
        foreach (Right one in used)
        {
            yield return $"  role {one.Role}: {one.Permission.PermType.ToString().ToLowerInvariant()} on {TextOf(one.From, one.To)}";
        }
    }

    /// <summary>Walks through the range from its first key, each time by the permission that leads furthest.</summary>
    /// <returns>The permissions used, and the first part that has none; null when there is no such part.</returns>
    private (List<Right> Used, (byte[] From, byte[]? To)? Gap) Cover(Permission.Types.Type other)
    {
        Right[] rights = [.. _rights.Where(right => right.Permission.PermType != other)];
        var used = new List<Right>();
        byte[] at = _from;
        while (true)
        {
            Right? next = null;
            foreach (Right right in rights)
            {
                if (Compare(right.From, at) <= 0 && IsAfter(right.To, at) && (next is null || IsLater(right.To, next.To)))
                {
                    next = right;
                }
            }

            if (next is null)
            {
                byte[]? begin = rights.Where(right => Compare(right.From, at) > 0).Select(right => right.From).Order(Comparer<byte[]>.Create(Compare)).FirstOrDefault();
                return (used, (at, begin is not null && IsAfter(_to, begin) ? begin : _to));
            }

            used.Add(next);
            if (next.To is null || (_to is not null && Compare(next.To, _to) >= 0))
            {
                return (used, null);
            }

            at = next.To;
        }
    }

    private static string TextOf(byte[] from, byte[]? to) => to switch
    {
        null => $"[{QuotedBytes.Of(ByteString.CopyFrom(from))}, <open ended>",
        _ when to.Length == from.Length + 1 && to[^1] == 0 && to.AsSpan().StartsWith(from) => QuotedBytes.Of(ByteString.CopyFrom(from)),
        _ => $"[{QuotedBytes.Of(ByteString.CopyFrom(from))}, {QuotedBytes.Of(ByteString.CopyFrom(to))})",
    };

    private static int Compare(byte[] left, byte[] right) => left.AsSpan().SequenceCompareTo(right);

    private static bool IsAfter(byte[]? end, byte[] key) => end is null || Compare(end, key) > 0;

    private static bool IsLater(byte[]? end, byte[]? other) => other is not null && (end is null || Compare(end, other) > 0);

    private sealed record Right(string Role, Permission Permission)
    {
        public byte[] From { get; } = Permission.Key.ToByteArray();

        /// <summary>First key after it; null when there is none.</summary>
        public byte[]? To { get; } = Permission.RangeEnd.ToByteArray() switch
        {
            [] => [.. Permission.Key.ToByteArray(), 0],
            [0] => null,
            var end => end,
        };
    }
}
