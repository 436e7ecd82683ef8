using Google.Protobuf.Reflection;

namespace MetaStore.Server.Gateway.Json;

/// <summary>What generated Go code calls a type, as error texts of etcd's gateway name it: <c>etcdserverpb.RangeRequest_SortOrder</c>.</summary>
internal static class GoNames
{
    public static string Of(IDescriptor type) =>
        $"{type.File.Package}.{type.FullName[(type.File.Package.Length + 1)..].Replace('.', '_')}";

    /// <summary>A text from within a JSON string as Go quotes it.</summary>
    public static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
