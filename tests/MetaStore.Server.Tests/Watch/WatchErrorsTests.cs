using MetaStore.Server.Watch;

namespace MetaStore.Server.Tests.Watch;

/// <summary>Reasons of refused watches, as etcd's Go code prints an error with its code.</summary>
public sealed class WatchErrorsTests
{
    [Theory]
    [InlineData(ServerError.PermissionDenied, "rpc error: code = PermissionDenied desc = etcdserver: permission denied")]
    [InlineData(ServerError.InvalidAuthToken, "rpc error: code = Unauthenticated desc = etcdserver: invalid auth token")]
    [InlineData(ServerError.AuthOldRevision, "rpc error: code = InvalidArgument desc = etcdserver: revision of auth store is old")]
    [InlineData(ServerError.UserEmpty, "rpc error: code = InvalidArgument desc = etcdserver: user name is empty")]
    public void Of_AnError_IsItsTextInGo(object error, string text) => Assert.Equal(text, WatchErrors.Of((ServerError)error));

    [Fact]
    public void Compacted_IsTheTextOfTheRead() => Assert.Equal("etcdserver: mvcc: required revision has been compacted", WatchErrors.Compacted);
}
