using System.Globalization;
using Grpc.Core;
using MetaStore.IO.Text;
using MetaStore.StateMachine.Auth.Records;

namespace MetaStore.Server.Services.Mapping;

/// <summary>The hash of users and roles beside that of the keys, between members: asked for by a header of HashKV, answered in a trailer.</summary>
/// <remarks>etcd's messages have no field for it, and its clients do not ask.</remarks>
internal static class UsersHash
{
    /// <summary>Of the header and of the trailer.</summary>
    public const string Name = "metastore-users-hash";

    /// <summary>Value of the header.</summary>
    public const string Asked = "1";

    /// <summary>Value of the trailer.</summary>
    public static string Write(in AuthHash hash) => string.Create(CultureInfo.InvariantCulture, $"{hash.Changes}/{hash.Hash:x16}");

    /// <summary>The trailer's hash; null without one, from a member of a release without users.</summary>
    public static AuthHash? Read(Metadata trailers)
    {
        string[] parts = (trailers.GetValue(Name) ?? "").Split('/');
        return parts.Length == 2 && DecimalDigits.TryParse(parts[0], out ulong changes)
            && ulong.TryParse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong hash)
            ? new AuthHash(changes, hash)
            : null;
    }
}
