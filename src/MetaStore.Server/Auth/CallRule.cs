namespace MetaStore.Server.Auth;

/// <summary>What a method needs before it runs, while auth is on.</summary>
internal enum CallRule
{
    /// <summary>Nothing: anyone may call it.</summary>
    Open,

    /// <summary>The identity of a user that exists.</summary>
    User,

    /// <summary>A user with role root.</summary>
    Administrator,

    /// <summary>The service judges each request itself, or the proposal that it makes is judged when it is applied.</summary>
    Judged,
}
