using Google.Protobuf.Reflection;

namespace MetaStore.Server.Gateway.Json;

/// <summary>Names of types in generated Go code, as in error texts of etcd's gateway: <c>etcdserverpb.RangeRequest_SortOrder</c>.</summary>
internal static class GoNames
{
    public static string Of(IDescriptor type) =>
        $"{type.File.Package}.{type.FullName[(type.File.Package.Length + 1)..].Replace('.', '_')}";

    /// <summary>Quotes the content of a JSON string as Go does.</summary>
    public static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
