using MetaStore.Protocol.Etcd;
using Google.Protobuf;
using MetaStore.Server.Validation;

namespace MetaStore.Server.Tests.Validation;

public sealed class RequestValidatorTests
{
    private static readonly ByteString Key = ByteString.CopyFromUtf8("k");

    [Fact]
    public void Range_WithoutKey_IsRefused() => Assert.Equal(ServerError.KeyNotProvided, RangeValidator.Check(new RangeRequest()));

    [Theory]
    [InlineData(0, 0, ServerError.None)]
    [InlineData(2, 4, ServerError.None)]
    [InlineData(3, 0, ServerError.InvalidSortOption)]
    [InlineData(0, 5, ServerError.InvalidSortOption)]
    [InlineData(-1, 0, ServerError.InvalidSortOption)]
    public void Range_SortEnums_AreChecked(int order, int target, ServerError expected)
    {
        var request = new RangeRequest
        {
            Key = Key,
            SortOrder = (RangeRequest.Types.SortOrder)order,
            SortTarget = (RangeRequest.Types.SortTarget)target,
        };
        Assert.Equal(expected, RangeValidator.Check(request));
    }

    [Fact]
    public void Put_Faults_AreDistinguished()
    {
        Assert.Equal(ServerError.KeyNotProvided, PutValidator.Check(new PutRequest()));
        Assert.Equal(ServerError.ValueProvided, PutValidator.Check(new PutRequest { Key = Key, IgnoreValue = true, Value = Key }));
        Assert.Equal(ServerError.LeaseProvided, PutValidator.Check(new PutRequest { Key = Key, IgnoreLease = true, Lease = -5 }));
        Assert.Equal(ServerError.None, PutValidator.Check(new PutRequest { Key = Key, IgnoreLease = true, IgnoreValue = true }));
    }

    [Fact]
    public void Delete_WithoutKey_IsRefused()
    {
        Assert.Equal(ServerError.KeyNotProvided, DeleteRangeValidator.Check(new DeleteRangeRequest()));
    }
}
