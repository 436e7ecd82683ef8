using Grpc.Core;
using MetaStore.Server.Calls;
using MetaStore.Server.Services.Mapping;
using MetaStore.StateMachine.Commands;

namespace MetaStore.Server.Tests.Services.Mapping;

public sealed class StatusMapTests
{
    /// <summary>The texts and codes of etcd's errors that this server can return, with the codes observed in etcd's responses.</summary>
    private const string Catalogue = """
        InvalidArgument: key is not provided · key not found · value is provided · lease is provided · too many operations in txn request · duplicate key given in txn request · invalid client api version · invalid sort option · given member URLs are invalid · request is too large · invalid alarm action · wrong downgrade target version format · invalid downgrade target version · user name is empty · role name is empty · authentication failed, invalid user ID or password · permission not given · invalid auth management · revision of auth store is old · password is too short
        OutOfRange: mvcc: required revision has been compacted · mvcc: required revision is a future revision · too large lease TTL
        ResourceExhausted: mvcc: database space exceeded · too many requests
        Unknown: too many requests · unknown method · re-configuration failed due to not enough started members · request timed out, leader transfer took too long
        NotFound: requested lease not found · member not found
        FailedPrecondition: lease already exists · member ID already exist · Peer URLs already exists · can only promote a learner member · can only promote a learner member which is in sync with leader · too many learner members in cluster · cluster ID mismatch · not leader · not capable · rpc not supported for learner · bad leader transferee · root user does not exist · root user does not have root role · user name already exists · user name not found · role name already exists · role name not found · role is not granted to the user · permission is not granted to the role · authentication is not enabled
        PermissionDenied: permission denied
        Unauthenticated: invalid auth token
        Unavailable: no leader · leader changed · server stopped · request timed out · request timed out, possibly due to previous leader failure · request timed out, possibly due to connection lost · request timed out, waiting for the applied index took too long · unhealthy cluster
        DataLoss: corrupt cluster
        Cancelled: watch canceled · request canceled
        """;

    [Fact]
    public void Table_WithoutDeadline_IsExactlyTheCatalogue()
    {
        string[] expected = [.. Catalogue.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).SelectMany(Lines).Order()];
        string[] actual =
        [
            .. Enum.GetValues<ServerError>()
                .Where(error => error is not (ServerError.None or ServerError.DeadlineExceeded or ServerError.NoPasswordUser or ServerError.PasswordTooLong or ServerError.VerifyOnlyKey))
                .Select(error => StatusMap.Of(error)).Select(status => $"{status.StatusCode}|{status.Detail}").Distinct().Order(),
        ];
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Of_Deadline_IsGosText()
    {
        Assert.Equal(new Status(StatusCode.DeadlineExceeded, "context deadline exceeded"), StatusMap.Of(ServerError.DeadlineExceeded));
    }

    [Fact]
    public void Of_WhatIsNotInTheCatalogue_HasNoPrefix()
    {
        Assert.Equal(
            new Status(StatusCode.Unknown, "auth: authentication failed, password was given for no password user"), StatusMap.Of(ServerError.NoPasswordUser));
        Assert.Equal(new Status(StatusCode.Unknown, "bcrypt: password length exceeds 72 bytes"), StatusMap.Of(ServerError.PasswordTooLong));
        Assert.Equal(new Status(StatusCode.Unknown, "auth: token signing attempted with verify-only key"), StatusMap.Of(ServerError.VerifyOnlyKey));
    }

    [Fact]
    public void Of_None_IsOk() => Assert.True(StatusMap.Of(ServerError.None).IsOK());

    [Fact]
    public void Of_EveryErrorOfTheStateMachine_HasAStatus()
    {
        foreach (ErrorCode code in Enum.GetValues<ErrorCode>())
        {
            Assert.Equal(code == ErrorCode.None, StatusMap.Of(StatusMap.Of(code)).IsOK());
        }
    }

    private static IEnumerable<string> Lines(string row)
    {
        int colon = row.IndexOf(':', StringComparison.Ordinal);
        return row[(colon + 1)..].Split('·', StringSplitOptions.TrimEntries).Select(text => $"{row[..colon]}|etcdserver: {text}");
    }
}
