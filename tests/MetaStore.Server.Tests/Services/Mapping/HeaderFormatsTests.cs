using System.Text;
using Google.Protobuf;
using Grpc.Core;
using MetaStore.Server.Backup;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Concurrency;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Auth.Records;

namespace MetaStore.Server.Tests.Services.Mapping;

/// <summary>What stands in headers and keys because etcd's messages have no field for it.</summary>
public sealed class HeaderFormatsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(7, 0xABC)]
    [InlineData(ulong.MaxValue, ulong.MaxValue)]
    public void UsersHash_IsReadAsItWasWritten(ulong changes, ulong hash)
    {
        var written = new AuthHash(changes, hash);
        Assert.Equal(written, UsersHash.Read(new Metadata { { UsersHash.Name, UsersHash.Write(written) } }));
        Assert.Equal(16, UsersHash.Write(written).Split('/')[1].Length);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("1")]
    [InlineData("1/")]
    [InlineData("/a")]
    [InlineData("1/a/b")]
    [InlineData("-1/a")]
    [InlineData("+1/a")]
    [InlineData("1/0xa")]
    [InlineData("1/-a")]
    [InlineData("1/ a")]
    [InlineData("x/a")]
    [InlineData("1/g")]
    [InlineData("18446744073709551616/a")]
    [InlineData("1/10000000000000000")]
    public void UsersHash_OfAnotherForm_IsNone(string? text) =>
        Assert.Null(UsersHash.Read(text is null ? [] : new Metadata { { UsersHash.Name, text } }));

    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData("etcd", 0)]
    [InlineData("Checkpoint", 0)]
    [InlineData("checkpoint ", 0)]
    [InlineData("checkpoint", 1)]
    public void Backup_IsEtcds_UnlessACheckpointIsAskedFor(string? header, int kind)
    {
        Metadata headers = header is null ? [] : new Metadata { { "metastore-snapshot-format", header } };
        Assert.Equal((BackupKind)kind, SnapshotFormat.Of(new LocalCallContext("test", headers).Call));
    }

    /// <summary>Client libraries make the same keys: the lease in hexadecimal, without padding, also when it is negative.</summary>
    [Theory]
    [InlineData("", 1, "/1", "0")]
    [InlineData("L", 0x1234abcd, "L/1234abcd", "L0")]
    [InlineData("a/", -1, "a//ffffffffffffffff", "a/0")]
    [InlineData("\u00e4", long.MinValue, "\u00e4/8000000000000000", "\u00e40")]
    public void LockKeys_AreEtcds(string name, long lease, string key, string end)
    {
        ByteString prefix = LockQueue.PrefixOf(ByteString.CopyFromUtf8(name));
        Assert.Equal(key, prefix.ConcatHex(lease).ToStringUtf8());
        Assert.Equal(end, prefix.PrefixEnd().ToStringUtf8());
    }

    [Fact]
    public void LockKeys_OfBytesThatAreNoText_KeepThem() =>
        Assert.Equal([0xFF, 0x00, (byte)'/'], LockQueue.PrefixOf(ByteString.CopyFrom(0xFF, 0x00)).ToByteArray());
}
