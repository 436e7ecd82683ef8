using Google.Protobuf;
using MetaStore.Client;
using MetaStore.Protocol.Auth;
using MetaStore.Protocol.Etcd;

namespace MetaStore.Cli.Output;

/// <summary>A role as etcdctl shows it: its ranges for reading, then those for writing.</summary>
internal static class RoleLines
{
    private const string Root = "root";

    public static IEnumerable<string> Of(string name, AuthRoleGetResponse role)
    {
        yield return $"Role {name}";
        if (name == Root && role.Perm.Count == 0)
        {
            yield return "KV Read:";
            yield return "\t[, <open ended>";
            yield return "KV Write:";
            yield return "\t[, <open ended>";
            yield break;
        }

        yield return "KV Read:";
        foreach (var permission in role.Perm.Where(permission => permission.PermType != Permission.Types.Type.Write))
        {
            yield return Range(permission);
        }

        yield return "KV Write:";
        foreach (var permission in role.Perm.Where(permission => permission.PermType != Permission.Types.Type.Read))
        {
            yield return Range(permission);
        }
    }

    private static string Range(Permission permission)
    {
        var (key, end) = (permission.Key.ToStringUtf8(), permission.RangeEnd);
        if (end.Length == 0)
        {
            return $"\t{key}";
        }

        var text = end.Span is [0] ? $"\t[{key}, <open ended>" : $"\t[{key}, {end.ToStringUtf8()})";
        return key.Length > 0 && IsPrefixEnd(permission.Key, end) ? $"{text} (prefix {key})" : text;
    }

    private static bool IsPrefixEnd(ByteString key, ByteString end) => KeyRange.Prefix(key).RangeEnd.Equals(end);
}
