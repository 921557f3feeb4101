/** The technical accounts of Chorus Pro: age, age of the password, lock. */
import type { TechnicalAccount } from "../piste/credentials";
import { PortalRefusal } from "./portal-refusal";
import type { NewTechnicalAccount, StructureReference } from "./portal-forms";
import type { Settings } from "./settings";

const MINUTE_IN_MILLISECONDS = 60_000;
const DAY_IN_MILLISECONDS = 86_400_000;

interface Account {
  readonly structure: StructureReference;
  password: string;
  /** Times in epoch milliseconds. */
  readonly createdAt: number;
  passwordChangedAt: number;
  wrongPasswords: number;
  lockedAt: number | undefined;
  habilitated: boolean;
}

/** A technical account without its password. */
export interface TechnicalAccountView {
  readonly login: string;
  readonly structure: StructureReference;
  readonly createdAt: string;
  readonly usableFrom: string;
  readonly passwordChangedAt: string;
  /** Absent if passwords do not expire. */
  readonly passwordExpiresAt?: string;
  readonly wrongPasswords: number;
  /** Absent unless locked. */
  readonly lockedUntil?: string;
  readonly habilitated: boolean;
}

/** An account after a successful login. */
export type LoggedIn = Pick<Account, "structure" | "habilitated">;

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

export class TechnicalAccounts {
  private readonly byLogin = new Map<string, Account>();

  constructor(
    private readonly now: () => number,
    private readonly settings: () => Settings,
  ) {}

  add({ login, password, structure, ...dates }: NewTechnicalAccount): void {
    if (this.byLogin.has(login)) {
      throw new PortalRefusal(
        `login must be unique, got ${JSON.stringify(login)}, which another technical account has`,
      );
    }
    const createdAt = dates.createdAt ?? dates.passwordChangedAt ?? this.now();
    const passwordChangedAt = dates.passwordChangedAt ?? createdAt;
    for (const [field, date] of Object.entries({ createdAt, passwordChangedAt })) {
      if (date > this.now()) throw new PortalRefusal(`${field} must not be in the future, got ${iso(date)}`);
    }
    if (passwordChangedAt < createdAt) {
      throw new PortalRefusal(`passwordChangedAt must not be before createdAt, got ${iso(passwordChangedAt)}`);
    }
    this.byLogin.set(login, {
      structure,
      password,
      createdAt,
      passwordChangedAt,
      wrongPasswords: 0,
      lockedAt: undefined,
      habilitated: true,
    });
  }

  /** Like the gestionnaire principal on the portal; also unlocks the account. */
  changePassword({ login, password }: TechnicalAccount): void {
    const account = this.get(login);
    account.password = password;
    account.passwordChangedAt = this.now();
    this.forgetWrongPasswords(account);
  }

  habilitate(login: string, habilitated: boolean): void {
    const account = this.get(login);
    if (account.habilitated === habilitated) {
      throw new PortalRefusal(
        `login must be that of an account ${habilitated ? "without" : "with"} its habilitation, got ${JSON.stringify(login)}`,
      );
    }
    account.habilitated = habilitated;
  }

  has(login: string): boolean {
    return this.byLogin.has(login);
  }

  structureOf(login: string): StructureReference | undefined {
    return this.byLogin.get(login)?.structure;
  }

  /** Undefined if refused: Chorus Pro does not give the reason. */
  logIn({ login, password }: TechnicalAccount): LoggedIn | undefined {
    const account = this.byLogin.get(login);
    if (account === undefined || this.lockedUntil(account) !== undefined) return undefined;
    if (account.password !== password) {
      this.countWrongPassword(account);
      return undefined;
    }
    this.forgetWrongPasswords(account);
    const now = this.now();
    if (now < this.usableFrom(account) || now >= this.passwordExpiresAt(account)) return undefined;
    return account;
  }

  list(): TechnicalAccountView[] {
    return [...this.byLogin].map(([login, account]) => {
      const { structure, createdAt, passwordChangedAt, wrongPasswords, habilitated } = account;
      const expiresAt = this.passwordExpiresAt(account);
      const lockedUntil = this.lockedUntil(account);
      return {
        login,
        structure,
        createdAt: iso(createdAt),
        usableFrom: iso(this.usableFrom(account)),
        passwordChangedAt: iso(passwordChangedAt),
        ...(Number.isFinite(expiresAt) && { passwordExpiresAt: iso(expiresAt) }),
        wrongPasswords,
        ...(lockedUntil !== undefined && { lockedUntil: iso(lockedUntil) }),
        habilitated,
      };
    });
  }

  private get(login: string): Account {
    const account = this.byLogin.get(login);
    if (account === undefined) {
      throw new PortalRefusal(
        `login must be that of a technical account (POST /technical-accounts), got ${JSON.stringify(login)}`,
      );
    }
    return account;
  }

  private usableFrom({ createdAt }: Account): number {
    return createdAt + this.settings().accountUsableAfterInMinutes * MINUTE_IN_MILLISECONDS;
  }

  private passwordExpiresAt({ passwordChangedAt }: Account): number {
    const days = this.settings().passwordLifetimeInDays;
    return days === 0 ? Infinity : passwordChangedAt + days * DAY_IN_MILLISECONDS;
  }

  /** Undefined unless locked. */
  private lockedUntil({ lockedAt }: Account): number | undefined {
    const { wrongPasswordsUntilLock, lockInMinutes } = this.settings();
    if (lockedAt === undefined || wrongPasswordsUntilLock === 0) return undefined;
    const until = lockedAt + lockInMinutes * MINUTE_IN_MILLISECONDS;
    return this.now() < until ? until : undefined;
  }

  private countWrongPassword(account: Account): void {
    account.wrongPasswords += 1;
    const { wrongPasswordsUntilLock } = this.settings();
    if (wrongPasswordsUntilLock === 0 || account.wrongPasswords < wrongPasswordsUntilLock) return;
    account.lockedAt = this.now();
    account.wrongPasswords = 0;
  }

  private forgetWrongPasswords(account: Account): void {
    account.wrongPasswords = 0;
    account.lockedAt = undefined;
  }
}
