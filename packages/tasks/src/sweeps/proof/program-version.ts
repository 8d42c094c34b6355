/** The version of the packages; a test holds it equal to theirs. */
export const PROGRAM_VERSION: string = '0.2.0';
